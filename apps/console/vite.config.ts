// How the console is built: hashed files under /assets/, nothing inline (the server's policy forbids it), vendors apart from pages.
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Where `vite dev` sends API calls; the built console is served by the control port itself. */
const control = "http://127.0.0.1:8090";

/** Libraries change less often than pages, so a reader keeps them over many releases; what pages share comes once. */
const groups = [
  { name: "react", test: /node_modules\/(react|react-dom|scheduler)\// },
  { name: "mantine", test: /node_modules\/(@mantine|@floating-ui)\// },
  { name: "vendor", test: /node_modules\// },
  { name: "common", test: /src\/(api|format|keys|parts|shell|texts|theme|tide|traffic)\// },
];

export default defineConfig({
  base: "/",
  plugins: [react()],
  server: { proxy: { "/api": { target: control, changeOrigin: false } } },
  build: {
    target: "es2024",
    cssTarget: ["chrome125", "firefox128", "safari18"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: { groups } } },
  },
});
