/** Pane 4: the FUNC records of the BTF, with their prototypes as C. */
import { clip } from '../../c-text/declarator.ts';
import { readyValue } from '../../errors.ts';
import { span } from '../../format/cells.ts';
import { onScreen } from '../../format/on-screen.ts';
import { focusFunc, type Linker } from '../../kernel/links.ts';
import type { Vmlinux } from '../../kernel/vmlinux.ts';
import { atOnce, sortByText } from '../work.ts';
import type { PaneTable } from './pane-table.ts';
import { oneOf, rowFilter } from './row-filter.ts';

export function btfPane(kernel: Vmlinux, linker: Linker): PaneTable {
  const part = kernel.btf;
  const btf = readyValue(part)?.btf;
  const base = {
    id: 'btf',
    title: 'BTF FUNC',
    noun: 'FUNC record',
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
    problemOf: (id) => kernel.btfComplaint(id),
    sorts: [
      { id: 'id', label: 'by id', slow: false, order: () => atOnce(btf.funcs) },
      { id: 'name', label: 'by name', slow: true, order: () => sortByText(btf.funcs, (id) => btf.nameOf(id)) },
    ],
    cells(id) {
      const name = onScreen(clip(btf.nameOf(id)));
      const text = onScreen(linker.prototypeOf(id));
      const at = text.indexOf(`${name}(`);
      const parts =
        at < 0
          ? [span(text, 'name')]
          : [span(text.slice(0, at), 'dim'), span(name, 'name'), span(text.slice(at + name.length), 'plain')];
      return [span(`[${id}]`, 'number'), parts];
    },
    matcher: (filter) =>
      rowFilter(filter, {
        word: (word) => (id) =>
          onScreen(btf.nameOf(id)).toLowerCase().includes(word) ||
          onScreen(linker.prototypeOf(id)).toLowerCase().includes(word),
        fields: {
          linkage: oneOf(
            linkages.join(', '),
            () => linkages,
            (id) => linkages[btf.raw(id).vlen] ?? '',
          ),
        },
      }),
  };
}

/** BTF_FUNC_STATIC, _GLOBAL, _EXTERN (include/uapi/linux/btf.h). */
const linkages = ['static', 'global', 'extern'];
