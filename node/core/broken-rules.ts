/**
 * Every rule, broken: what the tests of the core, and the simulator, have to find. Nothing that runs a real node imports this file.
 */
import type { Configuration, Membership } from './configuration.ts';
import { halves, isVoter, members, towards, votersOnly } from './configuration.ts';
import type { NodeId } from './entry.ts';
import type { VoteResult } from './quorum.ts';
import type { Rules } from './rules.ts';

export interface BrokenRule {
  readonly name: string;
  /** What the node does wrong. */
  readonly does: string;
  /** Where it is said that it must not. */
  readonly source: string;
  /** Of the rules that make a configuration at apply safe, those that it breaks, by number (`docs/raft.md`). */
  readonly membershipRules: readonly number[];
  readonly rules: Partial<Rules>;
}

const everyVoter = ({ voters, outgoing }: Configuration): readonly NodeId[] => [
  ...new Set([...voters, ...outgoing]),
];

/** The value that at least `count` of `nodes` have reached. */
function reachedBy(count: number, nodes: readonly NodeId[], valueOf: (node: NodeId) => number): number {
  return nodes.map(valueOf).sort((a, b) => b - a)[count - 1] ?? 0;
}

const majorityOf = (nodes: readonly NodeId[]): number => Math.floor(nodes.length / 2) + 1;

/** Counts votes with so many needed in each of these sets. */
function countWith(
  sets: readonly (readonly NodeId[])[],
  needed: (voters: readonly NodeId[]) => number,
  voteOf: (voter: NodeId) => boolean | undefined,
): VoteResult {
  const results = sets.map((voters): VoteResult => {
    const granted = voters.filter((voter) => voteOf(voter) === true).length;
    const refused = voters.filter((voter) => voteOf(voter) === false).length;
    if (granted >= needed(voters)) return 'won';
    return refused > voters.length - needed(voters) ? 'lost' : 'pending';
  });
  if (results.includes('lost')) return 'lost';
  return results.includes('pending') ? 'pending' : 'won';
}

/** Every change in one step, whatever its size. */
function atOnce(current: Configuration, target: Membership): Configuration {
  const removed = members(current).filter((node) => ![...target.voters, ...target.learners].includes(node));
  return { ...votersOnly(target.voters), learners: [...target.learners].sort(), removed };
}

const election: readonly BrokenRule[] = [
  {
    name: 'votes-for-any-log',
    does: 'votes for whoever asks, whatever its log lacks',
    source: 'Raft §5.4.1',
    membershipRules: [],
    rules: { isUpToDate: () => true },
  },
  {
    name: 'compares-logs-by-length',
    does: 'takes the longer log for the newer one, whatever its last term',
    source: 'Raft §5.4.1',
    membershipRules: [],
    rules: { isUpToDate: (candidate, voter) => candidate.index >= voter.index },
  },
  {
    name: 'votes-twice',
    does: 'votes for several candidates in one term',
    source: 'Raft §5.2',
    membershipRules: [],
    rules: { mayVote: () => true },
  },
  {
    name: 'is-elected-by-half',
    does: 'takes half of the voters for a majority',
    source: 'Raft §5.2',
    membershipRules: [],
    rules: {
      countVotes: (configuration, voteOf) =>
        countWith(halves(configuration), (voters) => Math.max(1, Math.floor(voters.length / 2)), voteOf),
    },
  },
  {
    name: 'is-elected-by-the-union',
    does: 'is elected in a joint configuration by a majority of both halves together',
    source: 'Raft §6',
    membershipRules: [6],
    rules: {
      countVotes: (configuration, voteOf) => countWith([everyVoter(configuration)], majorityOf, voteOf),
    },
  },
  {
    name: 'forgets-its-vote',
    does: 'forgets its vote when it becomes a follower in the same term',
    source: 'Raft §5.2, CCF#5891',
    membershipRules: [],
    rules: { voteAfterStepDown: () => null },
  },
  {
    name: 'counts-pre-votes',
    does: 'counts a pre-vote as a vote',
    source: 'thesis §9.6, cockroach#123297',
    membershipRules: [],
    rules: { countsFor: () => true },
  },
  {
    name: 'counts-old-votes',
    does: 'counts a vote of an earlier term',
    source: 'Raft §5.1, xraft#33',
    membershipRules: [],
    rules: { heedsEarlierTerm: (kind) => kind === 'vote' },
  },
  {
    name: 'counts-its-vote-early',
    does: 'counts its own vote before its disk has it',
    source: 'Raft, figure 2',
    membershipRules: [],
    rules: { countsOwnVote: () => true },
  },
  {
    name: 'votes-before-disk',
    does: 'sends a vote before its disk has it',
    source: 'Raft, figure 2',
    membershipRules: [],
    rules: { waitsForDisk: (kind) => kind !== 'vote' },
  },
  {
    name: 'is-disturbed',
    does: 'votes in elections while it hears the leader',
    source: 'Raft §6, thesis §4.2.3',
    membershipRules: [5],
    rules: { defendsLeader: () => false },
  },
  {
    name: 'heeds-removed',
    does: 'votes in elections that removed nodes call',
    source: 'thesis §4.2.3',
    membershipRules: [5],
    rules: { ignoresRemoved: () => false },
  },
  {
    name: 'ignores-who-came-back',
    does: 'gives no vote to a node that it knows as removed, although that one was added again',
    source: 'thesis §4.2.2',
    membershipRules: [5],
    rules: { ignoresRemoved: () => true },
  },
  {
    name: 'votes-as-voter-only',
    does: 'gives no vote unless it knows itself to be a voter',
    source: 'thesis §4.2.2',
    membershipRules: [5],
    rules: { mayVoteAs: (member) => member === 'voter' },
  },
  {
    name: 'half-does-not-campaign',
    does: 'calls no election as a voter of the outgoing half only',
    source: 'Raft §6, scylladb#10618',
    membershipRules: [6],
    rules: { mayCampaign: ({ voters }, node, installing) => voters.includes(node) && !installing },
  },
  {
    name: 'campaigns-while-installing',
    does: 'calls an election while a snapshot is about to replace its log',
    source: 'Raft §7',
    membershipRules: [8],
    rules: { mayCampaign: (configuration, node) => isVoter(configuration, node) },
  },
  {
    name: 'learns-nothing-from-votes',
    does: 'does not take from votes what is committed',
    source: 'etcd#12359',
    membershipRules: [11],
    rules: { learnsFromVotes: () => false },
  },
  {
    name: 'leads-alone',
    does: 'leads on although no quorum answers it',
    source: 'thesis §6.2',
    membershipRules: [],
    rules: { mayLeadOn: () => true },
  },
];

const replication: readonly BrokenRule[] = [
  {
    name: 'appends-anything',
    does: 'appends entries whatever comes before them',
    source: 'Raft §5.3',
    membershipRules: [],
    rules: { agrees: (held) => held !== undefined },
  },
  {
    name: 'obeys-old-leaders',
    does: 'accepts appends of an earlier term',
    source: 'Raft §5.1',
    membershipRules: [],
    rules: { heedsEarlierTerm: (kind) => kind === 'append' },
  },
  {
    name: 'counts-old-acknowledgements',
    does: 'counts an acknowledgement of an earlier term',
    source: 'Raft §5.1',
    membershipRules: [],
    rules: { heedsEarlierTerm: (kind) => kind === 'append-ack' },
  },
  {
    name: 'truncates-always',
    does: 'cuts its log at every append, also where the entries are the same',
    source: 'Raft §5.3, nebula#5905',
    membershipRules: [],
    rules: { conflicts: () => true },
  },
  {
    name: 'truncates-never',
    does: 'keeps its entries where they conflict with the leader’s',
    source: 'Raft §5.3, cockroach#63473',
    membershipRules: [],
    rules: { conflicts: () => false },
  },
  {
    name: 'commits-what-anyone-holds',
    does: 'commits what one voter holds',
    source: 'Raft §5.3',
    membershipRules: [],
    rules: {
      replicatedIndex: (configuration, matchOf) => reachedBy(1, everyVoter(configuration), matchOf),
    },
  },
  {
    name: 'commits-what-the-union-holds',
    does: 'commits in a joint configuration by a majority of both halves together',
    source: 'Raft §6',
    membershipRules: [6],
    rules: {
      replicatedIndex: (configuration, matchOf) => {
        const voters = everyVoter(configuration);
        return reachedBy(majorityOf(voters), voters, matchOf);
      },
    },
  },
  {
    name: 'commits-with-learners',
    does: 'counts learners as voters',
    source: 'Raft §6, thesis §4.2.1',
    membershipRules: [],
    rules: {
      replicatedIndex: (configuration, matchOf) =>
        reachedBy(majorityOf(everyVoter(configuration)), members(configuration), matchOf),
    },
  },
  {
    name: 'commits-earlier-terms',
    does: 'commits an entry of an earlier term by counting',
    source: 'Raft §5.4.2, figure 8',
    membershipRules: [],
    rules: { mayCommit: () => true },
  },
  {
    name: 'counts-its-log-early',
    does: 'counts its own log before its disk has it',
    source: 'thesis §10.2.1, etcd#14370',
    membershipRules: [],
    rules: { ownMatch: (_durable, last) => last },
  },
  {
    name: 'acknowledges-before-disk',
    does: 'acknowledges entries before its disk has them',
    source: 'Raft, figure 2',
    membershipRules: [],
    rules: { waitsForDisk: (kind) => kind !== 'append-ack' },
  },
  {
    name: 'commits-beyond-what-it-knows',
    does: 'commits as a follower what may be another leader’s entries',
    source: 'Raft, figure 2',
    membershipRules: [],
    rules: { followerCommit: (leaderCommit, _verified, last) => Math.min(leaderCommit, last) },
  },
];

const reads: readonly BrokenRule[] = [
  {
    name: 'reads-alone',
    does: 'answers reads without asking a quorum',
    source: 'thesis §6.4, etcd#741',
    membershipRules: [],
    rules: { readsNeedRound: () => false },
  },
  {
    name: 'reads-too-early',
    does: 'answers reads before an entry of its own term is committed',
    source: 'Raft §8, etcd#7331',
    membershipRules: [],
    rules: { readsNeedOwnTerm: () => false },
  },
  {
    name: 'reads-by-earlier-round',
    does: 'takes the answer to an earlier round for one to the read’s own',
    source: 'etcd#20418',
    membershipRules: [],
    rules: { confirms: (answered, round) => answered >= round - 1 },
  },
  {
    name: 'reads-before-applying',
    does: 'answers a read before it has applied what the read must have seen',
    source: 'thesis §6.4',
    membershipRules: [],
    rules: { maySee: () => true },
  },
];

const membership: readonly BrokenRule[] = [
  {
    name: 'changes-too-early',
    does: 'changes the configuration before an entry of its own term is committed',
    source: 'raft-dev 2015, thesis §4.1',
    membershipRules: [1],
    rules: { firstChangeAfter: () => 0 },
  },
  {
    name: 'changes-twice-at-once',
    does: 'begins a change while another is under way',
    source: 'thesis §4.1',
    membershipRules: [1],
    rules: { mayChange: () => true },
  },
  {
    name: 'enters-configurations-late',
    does: 'campaigns, sends and counts for a while with the configuration before the one that is committed',
    source: 'etcd#12133, etcd#7280',
    membershipRules: [2, 3],
    rules: { entersAtOnce: () => false },
  },
  {
    name: 'forgets-commit-index',
    does: 'begins a new life with the configuration before those that it knew to be committed',
    source: 'etcd#7625',
    membershipRules: [2, 4],
    rules: { savedCommit: () => 0 },
  },
  {
    name: 'swaps-voters-at-once',
    does: 'changes several voters in one step, and takes that for valid',
    source: 'Raft §6',
    membershipRules: [6, 10],
    rules: { towards: atOnce, mayFollow: () => true },
  },
  {
    name: 'demotes-at-once',
    does: 'makes a demoted voter a learner while the outgoing half still counts it',
    source: 'Raft §6',
    membershipRules: [6],
    rules: {
      towards: (current, target) => {
        const { learnersNext, learners, ...next } = towards(current, target);
        return { ...next, learners: [...learners, ...learnersNext].sort(), learnersNext: [] };
      },
    },
  },
  {
    name: 'validates-nothing',
    does: 'puts a configuration in force without looking at the one before it',
    source: 'raft#80',
    membershipRules: [10],
    rules: { mayFollow: () => true },
  },
  {
    name: 'stays-joint',
    does: 'does not leave a joint configuration that another leader entered',
    source: 'Raft §6, canonical/raft#386',
    membershipRules: [6],
    rules: { leavesJoint: (enteredHere) => enteredHere },
  },
  {
    name: 'promotes-laggards',
    does: 'lets new voters vote before they have caught up',
    source: 'thesis §4.2.1',
    membershipRules: [9],
    rules: { mayPromote: () => true },
  },
  {
    name: 'removed-leader-stays',
    does: 'leads on although it is no voter any more',
    source: 'Raft §6, CCF#5973',
    membershipRules: [7],
    rules: { retires: () => false },
  },
  {
    name: 'counts-new-quorum-late',
    does: 'does not look again what is committed when the configuration changes',
    source: 'Raft §6',
    membershipRules: [7],
    rules: { commitsAgain: () => false },
  },
  {
    name: 'hands-over-to-removed',
    does: 'goes on with a transfer to a node that is removed meanwhile',
    source: 'thesis §3.10',
    membershipRules: [7],
    rules: { abortsTransfer: () => false },
  },
  {
    name: 'says-no-farewell',
    does: 'forgets a removed peer without telling it that it is removed',
    source: 'thesis §4.2.3',
    membershipRules: [7],
    rules: { saysFarewell: () => false },
  },
  {
    name: 'hands-over-to-laggards',
    does: 'hands leadership over to a node that lacks entries',
    source: 'thesis §3.10',
    membershipRules: [],
    rules: { mayTransfer: () => true },
  },
];

const snapshots: readonly BrokenRule[] = [
  {
    name: 'installs-old-snapshots',
    does: 'replaces its log by a snapshot that is behind it',
    source: 'Raft §7, camunda#6092',
    membershipRules: [8],
    rules: { isNews: () => true },
  },
  {
    name: 'installs-snapshots-of-others',
    does: 'installs a snapshot whose configuration does not have it',
    source: 'Raft §7',
    membershipRules: [8],
    rules: { isFor: () => true },
  },
  {
    name: 'takes-chunks-in-any-order',
    does: 'takes a chunk of a snapshot that is not the next one',
    source: 'Raft §7, RaftKeeper#240',
    membershipRules: [],
    rules: { takesChunk: () => true },
  },
  {
    name: 'snapshots-without-configuration',
    does: 'keeps of a joint configuration, in its snapshots, only the new voters',
    source: 'Raft §7, swarmkit#238',
    membershipRules: [],
    rules: { snapshotConfiguration: ({ index, voters }) => ({ ...votersOnly(voters), index }) },
  },
];

export const brokenRules: readonly BrokenRule[] = [
  ...election,
  ...replication,
  ...reads,
  ...membership,
  ...snapshots,
];
