/** The one-way dependencies of ARCHITECTURE.md. A test plants a forbidden import and sees these rules fail. */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    forbid(
      'no-circular',
      'Modules must not depend on themselves.',
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    ),
    forbid(
      'engine-knows-no-editor',
      'The engine knows neither VS Code nor the language server protocol.',
      { path: '^engine/' },
      {
        path: '^(server|extension)/|^vscode$|node_modules/(vscode-|@vscode/)|^(vscode-languageserver|vscode-languageclient|vscode-jsonrpc)',
      },
    ),
    forbid(
      'only-runtime-loads-onnxruntime',
      'Nothing but engine/runtime imports onnxruntime-node.',
      { path: '^(engine|server|extension)/', pathNot: '^engine/runtime/' },
      { path: 'onnxruntime' },
    ),
    forbid(
      'only-hub-opens-connections',
      'Nothing but the downloads of engine/hub opens a connection; a test looks for fetch and its like.',
      // The guard of the engine child imports them to close them.
      { path: '^(engine|server|extension)/', pathNot: '^engine/(hub/node-http|runtime/child-guard)[.]ts$' },
      { path: '^(node:)?(http|https|http2|net|tls|dgram|dns|undici)(/promises)?$' },
    ),
    forbid(
      'server-imports-config-codes-verify',
      'The server imports only what it needs of the engine: config, codes, core, verify and the certificate view.',
      { path: '^server/' },
      {
        path: '^(engine/(?!config/|codes/|core/|verify/|render/certificate-view|policy/|certificate/certificate-types|report/validate-report|version\\.ts)|extension/)',
      },
    ),
    forbid(
      'server-knows-no-vscode',
      'The server works in any LSP client.',
      { path: '^server/' },
      { path: '^vscode$|vscode-languageclient' },
    ),
    forbid(
      'extension-holds-no-engine',
      'The extension starts the engine as a process and draws; it imports protocol and view-model types only.',
      // The webview has a rule of its own, which lets it have the view model with its words.
      { path: '^extension/(?!webview/)' },
      { path: '^(engine|server)/', dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'webview-draws-only',
      'The webview imports the certificate view model and its own files.',
      { path: '^extension/webview/' },
      { path: '^(?!extension/webview/|extension/protocol/|engine/render/certificate-view)' },
    ),
    forbid(
      'certify-is-a-shell',
      'Pure areas do not reach up into orchestration or the command line.',
      { path: '^engine/(?!cli/|certify/|doctor/|index)' },
      { path: '^engine/(cli|certify|doctor)/' },
    ),
  ],
  options: {
    // TypeScript 7 has no API that dependency-cruiser can use; swc reads the sources instead. See the test.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|build|node_modules)/' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
    },
  },
};
