// Where the console begins: texts first, then the page.
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { startTexts } from "./texts/i18n.ts";
import "./theme/fonts.ts";
import "./theme/mantine-parts.css";
import "./theme/tokens.css";
import "./theme/mantine.css";
import "./theme/base.css";

const host = document.getElementById("root");
if (!host) throw new Error("index.html has no element #root");
await startTexts();
createRoot(host).render(<App />);
