// The Mantine theme: behaviour and sizes. Colours stay in tokens.css; variants only name them.
import {
  Button,
  createTheme,
  Drawer,
  type MantineThemeOverride,
  Menu,
  Modal,
  NumberInput,
  PasswordInput,
  Select,
  Textarea,
  TextInput,
  type VariantColorsResolver,
} from "@mantine/core";

/** A primary button is ink; a red one stands only where it undoes harm; everything else is an outline on the surface. */
const variantColors: VariantColorsResolver = ({ variant, color }) => {
  if (variant === "filled" && color === "bad") {
    return {
      background: "var(--bad)",
      hover: "var(--bad-hover)",
      color: "var(--surface)",
      border: "1px solid transparent",
    };
  }
  if (variant === "filled") {
    return {
      background: "var(--ink)",
      hover: "var(--ink-hover)",
      color: "var(--surface)",
      border: "1px solid transparent",
    };
  }
  if (variant === "subtle" || variant === "transparent") {
    return { background: "transparent", hover: "var(--hover)", color: "var(--ink-2)", border: "1px solid transparent" };
  }
  return {
    background: "var(--surface)",
    hover: "var(--hover)",
    color: "var(--ink)",
    border: "1px solid var(--line-strong)",
  };
};

/** Scroll locking would write a style tag, which the page's policy forbids; the veil alone does. */
const floating = { lockScroll: false, transitionProps: { duration: 120 }, radius: "md" } as const;

export const theme: MantineThemeOverride = createTheme({
  fontFamily: "var(--text)",
  fontFamilyMonospace: "var(--mono)",
  defaultRadius: "sm",
  respectReducedMotion: true,
  cursorType: "pointer",
  variantColorResolver: variantColors,
  components: {
    Button: Button.extend({ defaultProps: { size: "xs", variant: "default" } }),
    TextInput: TextInput.extend({ defaultProps: { size: "sm", withAsterisk: false } }),
    Textarea: Textarea.extend({ defaultProps: { size: "sm" } }),
    PasswordInput: PasswordInput.extend({ defaultProps: { size: "sm", withAsterisk: false } }),
    NumberInput: NumberInput.extend({ defaultProps: { size: "sm" } }),
    Select: Select.extend({ defaultProps: { size: "sm", allowDeselect: false } }),
    ModalRoot: Modal.Root.extend({ defaultProps: floating }),
    Drawer: Drawer.extend({
      defaultProps: { ...floating, radius: 0, size: 264, overlayProps: { color: "var(--veil)" } },
    }),
    Menu: Menu.extend({ defaultProps: { transitionProps: { duration: 80 }, shadow: "md" } }),
  },
});
