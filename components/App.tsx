/** The whole screen: header, body, focus line or prompt, key bar. Draws the state; keys and mouse become commands. */
import { Box, Text, useInput } from 'ink';
import { type ReactElement, useEffect, useSyncExternalStore } from 'react';
import type { HeaderFacts } from '../src/app/header-facts.ts';
import { layOut, leastColumns, leastRows } from '../src/app/layout.ts';
import { position, promptHint, promptSign } from '../src/app/selectors.ts';
import { textLines } from '../src/app/text-screens.ts';
import { evidenceStatus } from '../src/app/why/selectors.ts';
import { Browse } from './Browse.tsx';
import { CompareScreen } from './compare/CompareScreen.tsx';
import { FocusLine } from './FocusLine.tsx';
import { Header } from './Header.tsx';
import { HexView } from './HexView.tsx';
import { KeyBar } from './KeyBar.tsx';
import { Lines } from './Lines.tsx';
import { PromptLine } from './PromptLine.tsx';
import { paintSpans } from './replay/paint-box.ts';
import { ReplayScreen } from './replay/ReplayScreen.tsx';
import { SearchList } from './SearchList.tsx';
import type { Screens } from './screens.ts';
import { TextScreen } from './TextScreen.tsx';
import { decodeKeys } from './terminal/keys.ts';
import type { Theme } from './theme.ts';
import { CausesScreen } from './why/CausesScreen.tsx';
import { WhyScreen } from './why/WhyScreen.tsx';

export interface AppProps {
  readonly screens: Screens;
  readonly theme: Theme;
  readonly file: string;
  readonly facts: HeaderFacts;
  /** Told after each frame that React has committed. */
  readonly onFrame?: () => void;
}

export function App({ screens, theme, file, facts, onFrame }: AppProps): ReactElement {
  const { store } = screens;
  const state = useSyncExternalStore(store.subscribe, store.getState);
  const { session } = store;
  useInput((input, key) => {
    screens.press(decodeKeys(input, key));
  });
  useEffect(() => {
    onFrame?.();
  });

  const { columns, rows } = state;
  const layout = layOut(columns, rows, state.active);
  if (layout.kind === 'tiny') {
    return <Text wrap="truncate">{`terminal too small: ${columns}x${rows}, needs ${leastColumns}x${leastRows}`}</Text>;
  }
  if (state.screen === 'replay') return <ReplayScreen store={screens.replay} theme={theme} file={file} />;
  if (state.screen === 'compare') return <CompareScreen store={screens.compare} theme={theme} file={file} />;
  const { prompt } = state;
  const body = layout.body;
  // An answer has one line below it: how far its evidence has come.
  const isAnswer = (state.screen === 'why' || state.screen === 'causes') && prompt?.kind !== 'search';
  const focusRows = isAnswer ? 1 : layout.focusRows;
  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
      <Header file={file} facts={facts} columns={columns} theme={theme} />
      {prompt?.kind === 'search' ? (
        <SearchList session={session} state={state} body={body} theme={theme} />
      ) : state.screen === 'help' || state.screen === 'facts' ? (
        <TextScreen
          title={state.screen === 'help' ? 'Keys' : 'Facts on the kernel'}
          lines={textLines(state)}
          scroll={state.scroll}
          body={body}
          theme={theme}
        />
      ) : state.screen === 'why' ? (
        <WhyScreen session={session} state={state} theme={theme} />
      ) : state.screen === 'causes' ? (
        <CausesScreen state={state} theme={theme} />
      ) : state.screen === 'hex' ? (
        <HexView session={session} state={state} body={body} theme={theme} />
      ) : (
        <Browse session={session} state={state} layout={layout} theme={theme} />
      )}
      {prompt === undefined && isAnswer ? (
        <Lines lines={[paintSpans(theme, evidenceStatus(state.evidence), columns)]} width={columns} />
      ) : prompt === undefined ? (
        <FocusLine session={session} state={state} rows={layout.focusRows} columns={columns} theme={theme} />
      ) : (
        <Box flexDirection="column" flexShrink={0}>
          <PromptLine
            sign={promptSign(session, prompt)}
            line={prompt}
            hint={promptHint(session, prompt)}
            columns={columns}
            theme={theme}
          />
          {focusRows > 1 ? <Box height={focusRows - 1} flexShrink={0} /> : null}
        </Box>
      )}
      <KeyBar state={state} columns={columns} theme={theme} position={position(session, state)} />
    </Box>
  );
}
