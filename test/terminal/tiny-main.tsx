/** What bin does, for the tiny app. */
import { colourMode, runTerminalApp, terminalSource } from '../../components/terminal/lifecycle.ts';

const source = terminalSource();
if (source === undefined) throw new Error('no terminal');
console.log('before');
const code = await runTerminalApp(
  {
    source,
    colour: colourMode('auto', process.env),
    program: 'kinspect 0.0.0-test',
    reportTo: 'https://example.org/issues',
  },
  async (session) => {
    const { TinyApp } = await import('./tiny-app.tsx');
    return <TinyApp session={session} />;
  },
);
console.log('after');
process.exit(code);
