// The operator of the stack under test: nobody knows the password, but whoever runs the stack may set another.

import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { promisify } from "node:util";

import { command, database, repository } from "./settings.mjs";

export const EMAIL = "operator@tradewind.example";

/** Gives the operator a new password, which ends the operator's sessions. */
export async function newPassword() {
  const password = `four sails and ${randomUUID()}`;
  const running = promisify(execFile)(command(), ["operator", "password", "--stdin"], { cwd: repository });
  running.child.stdin.end(password);
  await running;
  return password;
}

/** On the log-in's page, wherever it goes on to. */
export async function logIn(page) {
  const password = await newPassword();
  await page.getByRole("textbox", { name: "Email" }).fill(EMAIL);
  await page.getByRole("textbox", { name: "Password" }).fill(password);
  await page.getByRole("main").getByRole("button", { name: "Log in" }).click();
}

/** What a statement says of the orders' database, a line a row. */
export async function sql(statement) {
  const { stdout } = await promisify(execFile)("psql", [database("orders"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", statement]);
  return stdout.split("\n").filter((line) => line !== "");
}
