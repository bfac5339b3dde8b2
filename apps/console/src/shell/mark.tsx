// The product's mark: a holdfast, what keeps a sea plant on its rock while the tide goes.
export function Mark() {
  return (
    <svg
      width="20"
      height="20"
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden
    >
      <path d="M10 2v16M10 10.5 4.2 16.8M10 10.5l5.8 6.3" />
    </svg>
  );
}
