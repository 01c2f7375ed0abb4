/** What the debugger answers in place of doing what was asked: one line, in gdb's words where gdb has some. */
export class Complaint extends Error {
  constructor(text: string) {
    super(text);
    this.name = 'Complaint';
  }
}
