// Self-hosted type. Only the Unicode ranges that a page uses are fetched.
import "@fontsource-variable/inter/wght.css";
import "@fontsource-variable/jetbrains-mono/wght.css";
