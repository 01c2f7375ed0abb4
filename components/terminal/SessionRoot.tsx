/** The root of the tree: gives the session what only a component can reach, and keeps the keyboard in raw mode. */
import { Box, useApp, useInput } from 'ink';
import type { ReactElement, ReactNode } from 'react';
import { useLayoutEffect } from 'react';

/** Hands the terminal over while `during` runs, and repaints. */
export type HandOver = (during: () => Promise<void>) => Promise<void>;

export interface SessionRootProps {
  /** Told how to hand the terminal over; told undefined when the tree is gone. */
  readonly onHandOver: (handOver: HandOver | undefined) => void;
  readonly children: ReactNode;
}

export function SessionRoot({ onHandOver, children }: SessionRootProps): ReactNode {
  const { suspendTerminal } = useApp();
  // With no listener at all, between two screens, Ink would give up raw mode and keys would be echoed.
  useInput(() => {});
  useLayoutEffect(() => {
    onHandOver((during) => suspendTerminal(during));
    return () => onHandOver(undefined);
  }, [onHandOver, suspendTerminal]);
  // As wide as Ink's root, which has a new width before the app has drawn for it: a longer line would wrap, and all below it
  // would be a row lower than Ink believes.
  return (
    <Box width="100%" flexDirection="column" overflowX="hidden">
      {children}
    </Box>
  );
}

/** The root as an element, for who imports this file when React may be imported, and not before. */
export function sessionRoot(onHandOver: SessionRootProps['onHandOver'], app: ReactNode): ReactElement {
  return <SessionRoot onHandOver={onHandOver}>{app}</SessionRoot>;
}
