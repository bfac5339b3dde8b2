// The upstreams page: what all gateway workers know of each upstream, as one row.
import type { WorkspaceName } from "@holdfast/base";
import type { Upstream, UpstreamReport } from "@holdfast/contract";
import type { Services } from "../services.ts";
import { mergeReports } from "./model/merge-reports.ts";

export async function viewUpstreams(services: Services, workspace: WorkspaceName): Promise<Upstream[]> {
  const reports = await services.gateway.upstreams();
  return mergeReports(reports.map((worker) => worker.filter((report) => isOf(report, workspace))));
}

function isOf(report: UpstreamReport, workspace: WorkspaceName): boolean {
  return report.workspace === workspace;
}
