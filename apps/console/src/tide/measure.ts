// How wide a label will be, asked of the browser's own type.

const font = "500 11px 'Inter Variable', system-ui, sans-serif";
/** When there is no canvas to ask. */
const character_px = 6;

let context: CanvasRenderingContext2D | null | undefined;

export function measure(text: string): number {
  context ??= document.createElement("canvas").getContext("2d");
  if (!context) return text.length * character_px;
  context.font = font;
  return context.measureText(text).width;
}
