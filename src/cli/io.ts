/** What a subcommand may do to the world: write its data, say its words. bin/ gives it the process's own streams. */
export interface CliIo {
  /**
   * Write data to standard output. When it returns, or its promise settles, all of the chunk is written and its bytes
   * may be changed; a caller that waits for that runs in constant memory, however long its dump is.
   * @throws OutputClosed when nobody reads any more, OutputFailed when the system refuses the bytes
   */
  out(chunk: string | Uint8Array): void | Promise<void>;
  /** Words for the reader, on standard error; each call is whole lines. */
  err(text: string): void;
  /** Standard output is a terminal: nothing of the file may reach it raw. */
  readonly outIsTerminal: boolean;
  /** Standard input is a terminal too, so that keys can be read. */
  readonly inIsTerminal: boolean;
}

/** The reader of standard output is gone (`| head`): the rest is not wanted, which is no failure. */
export class OutputClosed extends Error {
  constructor() {
    super('standard output is closed');
    this.name = 'OutputClosed';
  }
}

/** Standard output cannot take the data: the disk is full, the device reports an error. */
export class OutputFailed extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = 'OutputFailed';
  }
}

/** What the exit codes mean; see the README. */
export const exitCode = {
  ok: 0,
  /** The answer is no, or the output could not be written. */
  no: 1,
  usage: 2,
  unreadable: 3,
} as const;
