// What happens when somebody comes in: who they are is known, and the first page opens.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { meQuery } from "../../api/reads.ts";
import type { Me } from "../../api/types.ts";

export function useEnter<Input>(enter: (input: Input) => Promise<Me>) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: enter,
    async onSuccess(me) {
      client.clear();
      client.setQueryData(meQuery.queryKey, me);
      await navigate({ to: "/" });
    },
  });
}
