/** Why a mutant is not caught in virtual time, by its name: it makes no difference there, or none that anyone could hold against it. */
export const outOfReach: Readonly<Record<string, string>> = {};
