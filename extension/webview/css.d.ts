/** esbuild gathers the style sheets into webview.css. */
declare module '*.css';
