/**
 * Colours and glyphs: roles become SGR codes here and nowhere else. The 16 ANSI colours, so that the user's palette
 * wins; colour is never the only sign. The mono theme keeps inverse, bold, underline and dim.
 */
import type { Role } from '../src/format/cells.ts';

export interface Theme {
  /** SGR parameters that begin a role; '' for none. */
  readonly roles: Readonly<Record<Role, string>>;
  readonly border: string;
  readonly activeBorder: string;
  readonly glyphs: Glyphs;
  /** The terminal shows ASCII alone. */
  readonly ascii: boolean;
}

export interface Glyphs {
  readonly topLeft: string;
  readonly topRight: string;
  readonly bottomLeft: string;
  readonly bottomRight: string;
  readonly horizontal: string;
  readonly vertical: string;
  readonly mark: string;
  readonly gap: string;
  readonly yes: string;
  readonly no: string;
  readonly more: string;
  readonly dot: string;
}

const unicode: Glyphs = {
  topLeft: '┌',
  topRight: '┐',
  bottomLeft: '└',
  bottomRight: '┘',
  horizontal: '─',
  vertical: '│',
  mark: '▸',
  gap: '╌',
  yes: '✓',
  no: '✗',
  more: '…',
  dot: '·',
};

const ascii: Glyphs = {
  topLeft: '+',
  topRight: '+',
  bottomLeft: '+',
  bottomRight: '+',
  horizontal: '-',
  vertical: '|',
  mark: '>',
  gap: '-',
  yes: 'y',
  no: 'n',
  more: '~',
  dot: '-',
};

const colour: Readonly<Record<Role, string>> = {
  plain: '',
  dim: '2',
  address: '36',
  name: '',
  kind: '33',
  number: '2',
  zero: '31',
  good: '32',
  bad: '91',
  note: '33',
  match: '1;93',
  title: '1',
};

const mono: Readonly<Record<Role, string>> = {
  plain: '',
  dim: '2',
  address: '',
  name: '',
  kind: '',
  number: '2',
  zero: '1',
  good: '1',
  bad: '1',
  note: '',
  match: '1;4',
  title: '1',
};

export function createTheme(mode: 'color' | 'mono', utf8: boolean): Theme {
  return {
    roles: mode === 'color' ? colour : mono,
    border: '2',
    activeBorder: mode === 'color' ? '1;36' : '1',
    glyphs: utf8 ? unicode : ascii,
    ascii: !utf8,
  };
}

/** Whether the locale can show more than ASCII. */
export function localeIsUtf8(env: Readonly<Record<string, string | undefined>>): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  // Nothing set is a container or a service: today's terminals are UTF-8 all the same. C and POSIX are a statement.
  return locale === '' || /utf-?8/i.test(locale);
}
