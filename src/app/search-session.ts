/** The search beside a store: asks when the prompt's text changes, and hands the replies to the reducer. */
import type { Btf } from '../btf/btf.ts';
import type { SymbolTable } from '../elf/symbol-table.ts';
import { readyValue } from '../errors.ts';
import { withModules } from './module-names.ts';
import { createSearch, type SearchEngine } from './search/engine.ts';
import type { WorkerLike } from './search/protocol.ts';
import { parseQuery } from './search/query.ts';
import { spawnSearchWorker } from './search/spawn.ts';
import { SEARCH_LIMIT, type SearchInput } from './search/types.ts';
import type { Store } from './store.ts';

export interface SearchSession {
  /** Begin to read the names: after the first frame, so that it does not wait. Further calls do nothing. */
  start(): void;
  dispose(): void;
}

/** @param spawn starts the search's thread; undefined searches on this one */
export function startSearch(store: Store, spawn: (() => WorkerLike) | undefined = spawnSearchWorker): SearchSession {
  let engine: SearchEngine | undefined;
  let isOver = false;
  let asked = '';
  // Who leaves before the search was begun must not wait for a thread that nobody ends.
  const start = (): SearchEngine | undefined => {
    if (engine === undefined && !isOver) {
      const started = createSearch(searchInput(store), spawn);
      engine = started;
      started.subscribe(() => store.dispatch({ type: 'search-state', search: started.state }));
      started.start();
    }
    return engine;
  };
  const unsubscribe = store.subscribe(() => {
    const { prompt } = store.getState();
    if (prompt?.kind !== 'search') {
      asked = '';
      return;
    }
    if (prompt.text === asked) return;
    asked = prompt.text;
    const query = parseQuery(asked);
    if (query.kind === 'empty') return;
    start()?.query(asked, SEARCH_LIMIT, (reply) => store.dispatch({ type: 'found', reply }));
  });
  return {
    start,
    dispose() {
      isOver = true;
      unsubscribe();
      engine?.dispose();
    },
  };
}

const nothing = { strings: new Uint8Array(0), names: new Uint32Array(0) };

const noSymbols = { ...nothing, types: new Uint8Array(0) };

function searchInput(store: Store): SearchInput {
  const { kernel } = store.session;
  const table = readyValue(kernel.symbols)?.table;
  const btf = readyValue(kernel.btf)?.btf;
  return {
    symbols: withModules(store.session, table === undefined ? noSymbols : symbolNames(table)),
    funcs: btf === undefined ? nothing : funcNames(btf),
  };
}

function symbolNames(table: SymbolTable): SearchInput['symbols'] {
  const types = new Uint8Array(table.count);
  for (let row = 0; row < table.count; row++) types[row] = (table.infos[row] as number) & 15;
  return { strings: table.strings.bytes, names: table.nameOffsets, types };
}

/** Rows are positions in `btf.funcs`; of a split BTF the name bytes are gathered, because its base has others. */
function funcNames(btf: Btf): SearchInput['funcs'] {
  if (btf.base === undefined) return { strings: btf.strings.bytes, names: btf.funcNameOffs };
  const names = new Uint32Array(btf.funcs.length);
  const parts: string[] = [];
  let at = 0;
  btf.funcs.forEach((id, row) => {
    const name = btf.nameOf(id);
    names[row] = at;
    parts.push(name);
    at += name.length + 1;
  });
  return { strings: Buffer.from(`${parts.join('\0')}\0`, 'latin1'), names };
}
