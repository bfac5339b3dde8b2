// The one listener for keys: collects the bindings of everything on the page and lets keys.ts decide.
import { createContext, type ReactNode, useContext, useEffect, useId, useMemo, useRef, useState } from "react";
import { type Binding, decideKey } from "./keys.ts";

/** Two halves of one key belong together within this time. */
const pending_ms = 1200;

type Layer = { level: number; read: () => readonly Binding[] };
type Keyboard = { add: (id: string, layer: Layer) => () => void; list: () => Binding[] };

const KeyboardContext = createContext<Keyboard | undefined>(undefined);

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const field = target.closest("input, textarea, select, [contenteditable=true]");
  return field !== null || target.closest("[role=dialog], [role=menu], [role=listbox]") !== null;
}

/** Enter and space belong to a focused button or link, whatever the page would do with them. */
function belongsToControl(event: KeyboardEvent): boolean {
  const target = event.target;
  if (event.key !== "Enter" && event.key !== " ") return false;
  return target instanceof Element && target.closest("a, button, [role=button], [role=link], summary") !== null;
}

function useListener(nearestFirst: () => (readonly Binding[])[]): void {
  const pending = useRef<{ key: string | undefined; at: number }>({ key: undefined, at: 0 });
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (event.defaultPrevented || belongsToControl(event)) return;
      const first = event.timeStamp - pending.current.at < pending_ms ? pending.current.key : undefined;
      const modified = event.ctrlKey || event.metaKey || event.altKey;
      const decision = decideKey(nearestFirst(), first, { key: event.key, modified, typing: isTyping(event.target) });
      pending.current = { key: decision.pending, at: event.timeStamp };
      if (!decision.run) return;
      event.preventDefault();
      decision.run.run();
    }
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [nearestFirst]);
}

export function KeyboardProvider({ children }: { children: ReactNode }) {
  const [layers] = useState(() => new Map<string, Layer>());
  const keyboard = useMemo(() => {
    const nearestFirst = () => [...layers.values()].sort((a, b) => b.level - a.level).map((layer) => layer.read());
    return {
      nearestFirst,
      add(id: string, layer: Layer) {
        layers.set(id, layer);
        return () => void layers.delete(id);
      },
      list: () => nearestFirst().flat(),
    };
  }, [layers]);
  useListener(keyboard.nearestFirst);
  return <KeyboardContext value={keyboard}>{children}</KeyboardContext>;
}

export function useKeyboard(): Keyboard {
  const keyboard = useContext(KeyboardContext);
  if (!keyboard) throw new Error("KeyboardProvider is missing above this component");
  return keyboard;
}

/** Puts bindings on the page while the component is there. The shell has level 0, a page 1, a part of it 2. */
export function useKeys(bindings: readonly Binding[], level = 1): void {
  const id = useId();
  const newest = useRef(bindings);
  useEffect(() => {
    newest.current = bindings;
  });
  const { add } = useKeyboard();
  useEffect(() => add(id, { level, read: () => newest.current }), [add, id, level]);
}
