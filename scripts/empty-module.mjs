// Stands in for react-devtools-core in the bundle, which imports its default export only when DEV=true is set.
const nothing = undefined;

export { nothing as default };
