/**
 * Why a mutant is not caught in virtual time, by its name: what it does makes no difference there. Whatever is neither caught nor named here fails the bank. Scenes of
 * the core's own show each of these at work (`node/core/rules.test.ts`).
 */
export const outOfReach: Readonly<Record<string, string>> = {
  'validates-nothing':
    'while one change is made at a time, whatever is proposed may follow on what is in force when it is committed',
};
