/** What a report says of a run beside the plan and the history. */
export interface RunInfo {
  /** The name of the run's directory. */
  readonly runId: string;
  readonly cluster: 'docker' | 'process' | 'sim';
  /** What was tested, for people: a command line, an image, or the reference node and its mutant. */
  readonly node: string;
  /** The run's directory, as its user would type it. */
  readonly directory: string;
  readonly durationsMs: { readonly start: number; readonly run: number; readonly check: number };
  /** How this lab is called, as its user typed it: `./raft-lab` in a checkout. */
  readonly command: string;
  /** The one command that runs the same plan again, where there is one. */
  readonly replay?: string;
  /** What else the reader should know, such as a torn last line or an interruption. */
  readonly notes?: readonly string[];
}
