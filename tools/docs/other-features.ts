// What people look for in a gateway and what is not a policy here: the other rows of the table in docs/policies.md.
import type { Policy } from "@holdfast/gateway";

export type Feature = Omit<Policy["about"], "guide"> & {
  /** Where it is told; undefined: in settings.md alone. */
  link?: string;
};

export const OTHER_FEATURES: readonly Feature[] = [
  {
    title: "HTTP cache (RFC 9111), purge",
    settings: ["cache"],
    link: "cache.md",
    elsewhere: {
      kong: "proxy-cache",
      envoy: "cache filter",
      nginx: "proxy_cache, proxy_cache_lock, proxy_cache_use_stale",
    },
  },
  {
    title: "Load balancing",
    settings: ["services.<name>.balance"],
    link: "upstreams.md",
    elsewhere: { kong: "upstreams (algorithm)", envoy: "lb_policy", nginx: "upstream { least_conn; hash; }" },
  },
  {
    title: "Health checks and ejection",
    settings: ["services.<name>.health", "services.<name>.eject"],
    link: "upstreams.md",
    elsewhere: { kong: "healthchecks", envoy: "health_checks, outlier_detection", nginx: "max_fails, health_check" },
  },
  {
    title: "Retries",
    settings: ["services.<name>.retries"],
    link: "upstreams.md",
    elsewhere: { kong: "retries", envoy: "retry_policy, retry_budget", nginx: "proxy_next_upstream" },
  },
  {
    title: "Circuit breaker",
    settings: ["services.<name>.breaker"],
    link: "upstreams.md",
    elsewhere: { kong: "healthchecks.passive", envoy: "circuit_breakers", nginx: "max_fails, fail_timeout" },
  },
  {
    title: "Timeouts",
    settings: ["services.<name>.timeouts"],
    link: "upstreams.md",
    elsewhere: {
      kong: "connect_timeout, read_timeout, write_timeout",
      envoy: "connect_timeout, timeout, idle_timeout",
      nginx: "proxy_connect_timeout, proxy_read_timeout",
    },
  },
  {
    title: "Canary, blue/green",
    settings: ["split"],
    link: "releases.md",
    elsewhere: { kong: "canary", envoy: "weighted_clusters", nginx: "split_clients" },
  },
  {
    title: "Shadow traffic",
    settings: ["shadow"],
    link: "releases.md",
    elsewhere: { kong: undefined, envoy: "request_mirror_policies", nginx: "mirror" },
  },
  {
    title: "Aggregation of several calls",
    settings: ["compose"],
    link: "compose.md",
    elsewhere: { kong: "datakit", envoy: undefined, nginx: "njs subrequest" },
  },
  {
    title: "WebSocket",
    settings: ["websocket"],
    link: "websocket.md",
    elsewhere: { kong: "protocols: [ws, wss]", envoy: "upgrade_configs", nginx: "proxy_set_header Upgrade" },
  },
  {
    title: "TLS and client certificates",
    settings: ["certificates"],
    link: "tls.md",
    elsewhere: {
      kong: "certificates, snis, mtls-auth",
      envoy: "transport_socket (tls)",
      nginx: "ssl_certificate, ssl_verify_client",
    },
  },
  {
    title: "The client's address behind proxies",
    settings: [],
    link: "running.md#behind-proxies",
    elsewhere: {
      kong: "trusted_ips, real_ip_recursive",
      envoy: "xff_num_trusted_hops",
      nginx: "set_real_ip_from, real_ip_recursive",
    },
  },
  {
    title: "Encoded slashes in paths",
    settings: ["encoded_slashes"],
    link: "routing.md",
    elsewhere: {
      kong: undefined,
      envoy: "path_with_escaped_slashes_action",
      nginx: "proxy_pass without a path",
    },
  },
  {
    title: "Metrics for Prometheus",
    settings: [],
    link: "metrics.md",
    elsewhere: { kong: "prometheus", envoy: "/stats/prometheus", nginx: "stub_status, exporter" },
  },
  {
    title: "Traces for OpenTelemetry",
    settings: [],
    link: "opentelemetry.md",
    elsewhere: { kong: "opentelemetry", envoy: "tracing (OpenTelemetry)", nginx: "ngx_otel_module" },
  },
  {
    title: "Access log",
    settings: ["capture"],
    elsewhere: { kong: "file-log, http-log", envoy: "access_log", nginx: "access_log, log_format" },
  },
];
