// Before one is inside: setup, sign-in, password.
export const door = {
  product: "Holdfast",
  name: "Your name",
  email: "E-mail",
  password: "Password",
  passwordHint: "at least 12 characters",
  setup: {
    title: "Begin",
    sentence: "You are the first here. You become the admin of this installation.",
    noToken:
      "The setup link is incomplete. Open the link that Holdfast printed when it started; a restart prints a new one.",
    done: "This installation is already set up.",
    deed: "Begin",
  },
  signIn: {
    title: "Sign in",
    sentence: "Carry a launch from go-live to business as usual.",
    deed: "Sign in",
    to: "Go to sign-in",
  },
  setPassword: {
    title: "Set your password",
    sentence: "This link works once.",
    noToken: "The link is incomplete. Ask the admin who added you for a new one.",
    deed: "Set password",
    done: "Your password is set.",
  },
} as const;
