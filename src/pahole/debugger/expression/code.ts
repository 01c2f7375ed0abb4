/** An expression that has been understood: its type, and what gives its value at a place. */
import type { Place } from '../track.ts';
import { isNumber, isTrue, isWide, type Raw, type Type, type Value } from './value.ts';

/** An expression that can be asked at any place of its lines. */
export interface Code {
  readonly type: Type;
  /** @throws Complaint where C would follow a NULL, or divide by 0 */
  get(place: Place): Raw;
  /** Set on what is true or false: the same answer without the number that C makes of it. */
  readonly holds?: ((place: Place) => boolean) | undefined;
  /** Set on a text that is written out. */
  readonly literal?: string | undefined;
  /** Set on the name of an entry, symbol or unit: it can be compared without being decoded at every place. */
  readonly nameOf?: NamedRow | undefined;
}

/** What a name is the name of, where that is the row of the place itself. */
export type NamedRow = 'entry' | 'symbol' | 'unit';

export const constant = ({ type, raw }: Value): Code => ({ type, get: () => raw });

/** An expression as a condition. */
export function testOf(code: Code): (place: Place) => boolean {
  const { type, holds } = code;
  if (holds !== undefined) return holds;
  if (isNumber(type) && !isWide(type)) return (place) => code.get(place) !== 0;
  return (place) => isTrue(type, code.get(place));
}
