export default {
  compilerOptions: {
    runes: true,
    // Fragments are built node by node: no text ever becomes HTML, as Trusted Types demand.
    fragments: "tree",
  },
};
