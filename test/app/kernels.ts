/** The fixtures' kernels as the screens see them: a store on an open file, and what a test asks of it. */
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import type { Action } from '../../src/app/actions.ts';
import { pressKeys, type TerminalControl } from '../../src/app/commands.ts';
import { layOut } from '../../src/app/layout.ts';
import type { PaneId } from '../../src/app/panes/pane-table.ts';
import { type PaneView, paneView } from '../../src/app/selectors.ts';
import { createSession, type Session } from '../../src/app/session.ts';
import { createStore, type Store } from '../../src/app/store.ts';
import { cellText } from '../../src/format/cells.ts';
import { kernelFacts } from '../../src/kernel/facts.ts';
import { RunningKernel, type RunningOptions } from '../../src/kernel/running.ts';
import { type OpenOptions, Vmlinux } from '../../src/kernel/vmlinux.ts';

const paths = {
  sample: 'sample/vmlinux-aarch64',
  x86: 'elf/x86_64-emit-relocs',
  relr: 'elf/aarch64-relr',
  arm32: 'elf/arm32',
  i386: 'elf/i386-rel',
  s390x: 'elf/s390x',
  module: 'elf/x86_64-module.ko',
} as const;

export type KernelName = keyof typeof paths;
export const kernelNames = Object.keys(paths) as readonly KernelName[];

export const pathOf = (name: KernelName): string =>
  fileURLToPath(new URL(`../../fixtures/${paths[name]}`, import.meta.url));

const open: Vmlinux[] = [];
afterAll(() => {
  for (const kernel of open.splice(0)) kernel.close();
});

export function sessionOf(path: string, options: OpenOptions = {}, running?: RunningOptions): Session {
  const kernel = Vmlinux.open(path, options);
  open.push(kernel);
  return createSession(kernel, { running: running === undefined ? undefined : new RunningKernel(kernel, running) });
}

/** A terminal that only remembers what it was asked. */
interface FakeTerminal extends TerminalControl {
  readonly asked: string[];
}

function fakeTerminal(): FakeTerminal {
  const asked: string[] = [];
  let isMouseOn = true;
  return {
    asked,
    copy(text) {
      asked.push(`copy ${text}`);
      return text.length < 1000;
    },
    exit: (code) => void asked.push(`exit ${code}`),
    suspend: () => void asked.push('suspend'),
    redraw: () => void asked.push('redraw'),
    toggleMouse() {
      isMouseOn = !isMouseOn;
      asked.push(`mouse ${isMouseOn}`);
      return isMouseOn;
    },
  };
}

/** A screen without a terminal. */
export class Desk {
  readonly store: Store;
  readonly terminal = fakeTerminal();

  constructor(session: Session, columns = 80, rows = 24) {
    this.store = createStore(session, columns, rows);
    // What facts-session.ts does a frame later.
    this.store.subscribe(() => {
      const { screen, facts } = this.state;
      if (screen === 'facts' && facts === undefined) this.do({ type: 'facts', facts: kernelFacts(session.kernel) });
    });
  }

  get state() {
    return this.store.getState();
  }

  get session(): Session {
    return this.store.session;
  }

  get message(): string {
    return this.state.message?.text ?? '';
  }

  do(...actions: Action[]): this {
    for (const action of actions) this.store.dispatch(action);
    return this;
  }

  /** Keys by name; one chunk. */
  press(...keys: string[]): this {
    pressKeys(this.store, this.terminal, keys);
    return this;
  }

  /** Characters as they are typed, one at a time. */
  type(text: string): this {
    for (const character of text) this.press(character === ' ' ? 'space' : character);
    return this;
  }

  goTo(text: string): this {
    return this.do({ type: 'go-to', text });
  }

  /** A pane as it is when it is open. */
  pane(id: PaneId): PaneView {
    const { columns, rows } = this.state;
    const layout = layOut(columns, rows, id).panes.find((row) => row.pane === id);
    if (layout === undefined) throw new Error(`${id} is not on a screen of ${columns}x${rows}`);
    return paneView(this.session, this.state, layout);
  }

  /** The lines of a pane as plain text, the linked row with a mark. */
  lines(id: PaneId): string[] {
    return this.pane(id).lines.map(({ kind, cells, linked }) => {
      const mark = kind === 'gap' ? '~' : kind === 'note' ? '!' : linked ? '>' : ' ';
      return `${mark} ${cells.map((cell) => cellText(cell)).join(' ')}`.trimEnd();
    });
  }

  /** The linked row or gap of a pane, and its neighbours. */
  around(id: PaneId, column: number): string[] {
    const { lines } = this.pane(id);
    const at = lines.findIndex(({ kind, linked }) => kind === 'gap' || linked);
    return lines.slice(Math.max(0, at - 1), at + 2).map(({ kind, cells, linked }) => {
      const cell = cells[kind === 'row' ? column : 0];
      return `${kind === 'gap' ? '~' : linked ? '>' : ' '} ${cell === undefined ? '' : cellText(cell)}`;
    });
  }

  /** The focus in one line: the keys that the panes are on, '-' where there is none. */
  get links(): string {
    const { links } = this.state;
    return [links.symbol, links.slot, links.relocation, links.func]
      .map((link) => (link.state === 'linked' ? link.key : '-'))
      .join(' ');
  }
}

const sessions = new Map<string, Session>();

/** A new desk on a kernel; the open file and its tables are shared by the tests of a file. */
export function deskOf(name: KernelName, columns = 80, rows = 24): Desk {
  let session = sessions.get(name);
  if (session === undefined) {
    session = sessionOf(pathOf(name));
    sessions.set(name, session);
  }
  return new Desk(session, columns, rows);
}
