/** A submission: a folder with a `raft-lab.json` that says how to build and to start the node in it. */
import { z } from 'zod';

const commandLine = z.union([z.string().min(1), z.tuple([z.string().min(1)], z.string())], {
  error: 'a command is a line of text, or a list of a program and its arguments',
});

export const manifestSchema = z
  .strictObject({
    name: z.string().min(1).max(100),
    /** Starts the node, without a shell, with the submission's folder (a copy of it) as its working directory. */
    command: commandLine.optional(),
    /** A container image that the engine has or can pull. */
    image: z.string().min(1).optional(),
    /** A Dockerfile in the folder, from which the image is built. */
    dockerfile: z.string().min(1).optional(),
    /** The lab's own node: for a class that shows what grading does. */
    reference: z.literal(true).optional(),
    /** The lab's own node with one broken rule. */
    mutant: z.string().min(1).optional(),
    /** A shell command, run once in the copy of the folder before the node is started. */
    build: z.string().min(1).optional(),
    /** Parts of the rubric that are to be graded; all of them where this is left out. */
    parts: z.array(z.string()).min(1).optional(),
  })
  .superRefine((manifest, context) => {
    const kinds = (['command', 'image', 'dockerfile', 'reference', 'mutant'] as const).filter(
      (kind) => manifest[kind] !== undefined,
    );
    if (kinds.length === 0)
      context.addIssue({ code: 'custom', message: 'must have one of command, image, dockerfile' });
    const [first, second] = kinds;
    const beside = second !== undefined && !(first === 'command' && kinds.length === 2);
    if (beside)
      context.addIssue({
        code: 'custom',
        message: `has ${kinds.join(' and ')}; only a command may stand beside another one, for machines without containers`,
      });
  });

export type Manifest = z.infer<typeof manifestSchema>;

export interface Submission {
  /** The folder's name, unique in the class: its folder among the outputs is named so too. */
  readonly id: string;
  readonly directory: string;
  /** Of everything in the folder: a changed submission is graded anew. */
  readonly digest: string;
  /** What the folder says about itself, or what is wrong with that, line by line. */
  readonly manifest: Manifest | { readonly problem: string };
}

export function nameOf({ id, manifest }: Submission): string {
  return 'problem' in manifest ? id : manifest.name;
}

export function isAttempted(manifest: Manifest, part: string): boolean {
  return manifest.parts?.includes(part) ?? true;
}
