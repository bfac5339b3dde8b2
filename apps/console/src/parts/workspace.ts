// The workspace of the page, from its address.
import { useParams } from "@tanstack/react-router";

export function useWorkspace(): string {
  return useParams({ from: "/w/$workspace" }).workspace;
}
