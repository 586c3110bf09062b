/** Takes one line about what is being prepared, for the user to see while he waits. */
export type Progress = (line: string) => void;
