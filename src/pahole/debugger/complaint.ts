/** What the debugger answers in place of doing what was asked: one line, in gdb's words where gdb has some. */
export class Complaint extends Error {
  /** A location that does not exist: for `break`, gdb would ask whether to wait for it. */
  readonly mayComeLater: boolean;

  constructor(text: string, mayComeLater = false) {
    super(text);
    this.name = 'Complaint';
    this.mayComeLater = mayComeLater;
  }
}

/** gdb asks, and answers for itself where nobody can: what it then prints. */
export const answeredYes = (question: string): string => `${question} (y or n) [answered Y; input not from terminal]`;
