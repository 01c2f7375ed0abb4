/** The usual report, and for .ci/run the counts as JSON in the file that KINSPECT_TEST_REPORT names. */
const file = process.env['KINSPECT_TEST_REPORT'];

export const reporters: (string | [string, Record<string, unknown>])[] =
  file === undefined ? ['default'] : ['default', ['json', { outputFile: file }]];
