// A visitor makes an account, buys, and is still the same person after a reload and a new log-in.

import { plentiful } from "./lib/api.mjs";
import { shopTest } from "./lib/test.mjs";
import { Shop } from "./lib/shop.mjs";

const PASSWORD = "a boat with four sails";

shopTest("a user buys, and sees the order after a reload and after logging in again", async ({ shop, page, screen }) => {
  const email = Shop.newEmail();
  // The basket that was filled as a guest comes along.
  await shop.addToBasket(await plentiful("ceramics"));
  await register(shop, page, email, screen);
  await shop.basketSign(1).waitFor();

  await shop.checkOut();
  await shop.fillContact(email);
  await shop.fillDelivery();
  await shop.pay();
  const id = await shop.orderPage();
  await shop.seesInLog("Placed.");

  await page.reload();
  await page.locator("#shell").waitFor({ state: "detached" });
  await shop.seesInLog("Paid.");
  await shop.open("/orders");
  await page.locator(`a[href="/orders/${id}"]`).first().waitFor();

  await logOut(shop, page, screen);
  await logIn(shop, page, email, screen);
  await shop.open("/orders");
  await page.locator(`a[href="/orders/${id}"]`).first().waitFor();
});

shopTest("a wrong password is refused in words that tell nothing else", async ({ shop, page, watch }) => {
  watch.expect("POST", "/api/v1/sessions", 401);
  await shop.open("/login");
  await page.getByRole("textbox", { name: "Email" }).fill(Shop.newEmail());
  await page.getByRole("textbox", { name: "Password" }).fill("not the right one");
  await page.getByRole("main").getByRole("button", { name: "Log in" }).click();
  await page.getByText("That email and password do not belong together.").waitFor();
});

async function register(shop, page, email, screen) {
  await shop.open("/register");
  await shop.heading("Make an account").waitFor();
  await screen("register");
  await page.getByRole("textbox", { name: "What should we call you?" }).fill("Inês");
  await page.getByRole("textbox", { name: "Email" }).fill(email);
  await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await shop.button("Make the account").click();
  await page.waitForURL((url) => url.pathname !== "/register");
}

async function logOut(shop, page, screen) {
  await shop.open("/account");
  await shop.heading("Your account").waitFor();
  await screen("account");
  await page.getByRole("main").getByRole("button", { name: "Log out", exact: true }).click();
  await page.getByRole("banner").getByRole("link", { name: "Log in" }).or(page.getByRole("heading", { name: "Not logged in" })).first().waitFor();
}

async function logIn(shop, page, email, screen) {
  await shop.open("/login");
  await shop.heading("Welcome back").waitFor();
  await screen("login");
  await page.getByRole("textbox", { name: "Email" }).fill(email);
  await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await page.getByRole("main").getByRole("button", { name: "Log in" }).click();
  await page.waitForURL((url) => url.pathname !== "/login");
}
