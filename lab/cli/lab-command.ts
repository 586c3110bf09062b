/** How the lab was called, so that commands it proposes can be typed as they stand: a checkout's script says its own name. */
export const labCommand = process.env.RAFT_LAB_COMMAND ?? 'raft-lab';
