/**
 * Why a mutant is not caught in virtual time, by its name: what it does makes no difference there, or none that anyone could hold against it, as far as is known.
 * Whatever breaks safety, and is neither caught nor named here, fails the bank. Scenes of the core's own show each of these at work (`node/core/rules.test.ts`).
 */
export const outOfReach: Readonly<Record<string, string>> = {
  'validates-nothing':
    'while one change is made at a time, whatever is proposed may follow on what is in force when it is committed',
  'is-disturbed': 'an election that nobody needed ends like any other, with one leader',
  'leads-alone': 'it commits nothing and answers no read without a quorum, so that clients only wait longer',
  'half-does-not-campaign': 'some voter of the other half calls the election instead',
  'learns-nothing-from-votes': 'whoever has the shorter log and knows more is back before long',
  'counts-new-quorum-late': 'the next acknowledgement is counted by the new quorum',
  'hands-over-to-removed': 'who was removed wins no election, and the leader leads on',
  'says-no-farewell': 'who does not know that it was removed calls elections that are ignored',
  'hands-over-to-laggards': 'a node that lacks entries wins no election, and the leader leads on',
  'promotes-laggards': 'new voters catch up all the same, and commits wait for them meanwhile',
};
