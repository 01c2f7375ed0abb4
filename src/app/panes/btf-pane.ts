/** Pane 4: the FUNC records of the BTF, with their prototypes as C. */
import type { Btf } from '../../btf/btf.ts';
import { readyValue } from '../../errors.ts';
import { span } from '../../format/cells.ts';
import { visible } from '../../format/visible.ts';
import { focusFunc, type Linker } from '../../kernel/links.ts';
import type { Vmlinux } from '../../kernel/vmlinux.ts';
import { type PaneTable, wordMatcher } from './pane-table.ts';

export function btfPane(kernel: Vmlinux, linker: Linker): PaneTable {
  const part = kernel.btf;
  const btf = readyValue(part)?.btf;
  const base = {
    id: 'btf',
    title: 'BTF FUNC',
    columns: [
      { id: 'id', title: 'id', width: 8, dropOrder: 0, align: 'right' },
      { id: 'prototype', title: 'prototype', width: 'rest', dropOrder: 0 },
    ],
    filterHelp: 'words of the name or prototype; linkage:global',
    fixedOrder: undefined,
    linkOf: (links) => links.func,
    focusOf: focusFunc,
  } satisfies Partial<PaneTable>;
  if (btf === undefined) {
    const problem = part.state === 'ready' ? undefined : part.reason;
    return { ...base, count: 0, sorts: [], problem, cells: () => [], matcher: () => () => false };
  }
  return {
    ...base,
    count: btf.funcCount,
    problem: btf.damage?.message,
    sorts: [
      { id: 'id', label: 'by id', order: () => btf.funcs },
      { id: 'name', label: 'by name', order: () => byName(btf) },
    ],
    cells(id) {
      const name = visible(btf.nameOf(id));
      const text = visible(linker.prototypeOf(id));
      const at = text.indexOf(`${name}(`);
      const parts =
        at < 0
          ? [span(text, 'name')]
          : [span(text.slice(0, at), 'dim'), span(name, 'name'), span(text.slice(at + name.length), 'plain')];
      return [span(`[${id}]`, 'number'), parts];
    },
    matcher(filter) {
      return wordMatcher(filter, (id) => linker.prototypeOf(id), {
        linkage: (value) => (id) => ['static', 'global', 'extern'][btf.raw(id).vlen] === value,
      });
    },
  };
}

function byName(btf: Btf): Uint32Array {
  const names = new Map<number, string>();
  for (const id of btf.funcs) names.set(id, btf.nameOf(id));
  return btf.funcs.slice().sort((a, b) => {
    const left = names.get(a) ?? '';
    const right = names.get(b) ?? '';
    return left < right ? -1 : left > right ? 1 : a - b;
  });
}
