/**
 * Tests of a name at a place, for stops that are asked about at every entry or symbol of a kernel: no name is decoded,
 * and the bytes of a name are looked at once, however many entries have it.
 */

import type { FunctionEntries } from '../../dwarf/function-entries.ts';
import { unitName } from '../../dwarf/function-entries.ts';
import { nameRef } from '../../dwarf/refs.ts';
import type { NamedRow } from './expression/code.ts';
import type { Place } from './track.ts';
import type { World } from './worlds.ts';

/** @param text latin1 */
export function nameTest(world: World, of: NamedRow, text: string): (place: Place) => boolean {
  const { replay } = world;
  switch (of) {
    case 'entry': {
      const named = entryNamed(replay.entries, text);
      return ({ entry }) => named(entry);
    }
    case 'unit': {
      let last = -1;
      let same = false;
      return ({ unit }) => {
        if (unit !== last) same = (unitName(replay.entries, unit) ?? '') === text;
        last = unit;
        return same;
      };
    }
    case 'symbol': {
      const named = symbolNamed(world, text);
      return ({ symbol }) => named(symbol);
    }
  }
}

const knownRefs = new WeakMap<FunctionEntries, Map<string, readonly number[]>>();

/** The NameRefs that mean a name: one as a rule, more where it was written in several places. */
function refsOf(entries: FunctionEntries, text: string): readonly number[] {
  let byText = knownRefs.get(entries);
  if (byText === undefined) {
    byText = new Map();
    knownRefs.set(entries, byText);
  }
  let refs = byText.get(text);
  if (refs === undefined) {
    const bytes = Buffer.from(text, 'latin1');
    const found = new Set<number>();
    for (let entry = 0; entry < entries.count; entry++) {
      const ref = entries.name[entry] as number;
      if (entries.names.equals(nameRef(ref), bytes)) found.add(ref);
    }
    refs = [...found];
    byText.set(text, refs);
  }
  return refs;
}

/** A test of an entry's name. */
export function entryNamed(entries: FunctionEntries, text: string): (entry: number) => boolean {
  const refs = refsOf(entries, text);
  const [first = -1] = refs;
  const { name } = entries;
  if (refs.length <= 1) return (entry) => name[entry] === first;
  const all = new Set(refs);
  return (entry) => all.has(name[entry] as number);
}

function symbolNamed({ replay }: World, text: string): (row: number) => boolean {
  const table = replay.table.symbols;
  if (table === undefined) return () => false;
  const wanted = Buffer.from(`${text}\0`, 'latin1');
  const { bytes } = table.strings;
  return (row) => {
    const start = table.nameOffset(row);
    for (let i = 0; i < wanted.length; i++) if (bytes[start + i] !== wanted[i]) return false;
    return true;
  };
}
