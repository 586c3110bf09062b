/** The process of one of `raft-lab grade`'s workers: it knows the clusters, and does what it is told over the channel to the one who started it. */
import { serve } from '../../grade/work/worker.ts';
import { gradeSurroundings } from '../grade-surroundings.ts';

serve(process, gradeSurroundings);
