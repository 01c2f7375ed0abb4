/**
 * What a table shows, without colours: a row is one cell a column, a cell is text with the role that it plays. The
 * terminal gives roles their colours (components/theme.ts), the subcommands drop them.
 */

export type Role =
  | 'plain'
  | 'dim'
  | 'address'
  | 'name'
  | 'kind'
  | 'number'
  | 'zero'
  | 'good'
  | 'bad'
  | 'note'
  | 'match'
  | 'title';

export interface Span {
  readonly text: string;
  readonly role: Role;
}

/** One cell: a span, or several where a part of it stands out. */
export type Cell = Span | readonly Span[];

export interface Column {
  readonly id: string;
  readonly title: string;
  /** Characters it takes; 'rest' shares what the fixed columns leave. */
  readonly width: number | 'rest';
  /** Characters that a 'rest' column is worth showing with; {@link leastRest} when it does not say. */
  readonly least?: number;
  /** Characters that a 'rest' column has any use for: beyond them the room stays empty, behind the last column. */
  readonly most?: number;
  /** Columns with the highest number go first when the pane is narrow; 0 always stays. */
  readonly dropOrder: number;
  readonly align?: 'right';
}

export const span = (text: string, role: Role = 'plain'): Span => ({ text, role });

/** Least characters that a 'rest' column is worth showing with. */
const leastRest = 24;

/** The columns that fit a width, and the characters each of them gets; one blank between two. */
export function fitColumns(
  columns: readonly Column[],
  width: number,
): readonly { readonly column: Column; readonly index: number; readonly width: number }[] {
  let shown = columns.map((column, index) => ({ column, index }));
  const need = () =>
    shown.reduce(
      (sum, { column }) => sum + (column.width === 'rest' ? (column.least ?? leastRest) : column.width) + 1,
      -1,
    );
  while (need() > width) {
    const worst = shown.reduce((a, b) => (b.column.dropOrder > a.column.dropOrder ? b : a));
    if (worst.column.dropOrder === 0) break;
    shown = shown.filter((entry) => entry !== worst);
  }
  const rests = shown.filter(({ column }) => column.width === 'rest').length;
  const fixed = shown.reduce((sum, { column }) => sum + (column.width === 'rest' ? 0 : column.width) + 1, -1);
  const share = rests === 0 ? 0 : Math.max(1, Math.floor((width - fixed) / rests));
  return shown.map(({ column, index }) => {
    const given = column.width === 'rest' ? Math.min(share, column.most ?? share) : column.width;
    return { column, index, width: given };
  });
}

/** The text of a cell without its roles. */
export const cellText = (cell: Cell): string =>
  Array.isArray(cell) ? cell.map((part: Span) => part.text).join('') : (cell as Span).text;
