import path from 'node:path';
import { type Browser, chromium, type FrameLocator, type Locator, type Page } from 'playwright-core';
import type { TestContext } from 'vitest';
import {
  type CodeServer,
  type CodeServerOptions,
  startCodeServer,
  type Theme,
  themes,
} from './code-server.ts';
import { chromiumPath, screenshots } from './paths.ts';

/** A real VS Code in a real browser, spoken to as a person does: keys, menus, what is on the screen. */
export class Workbench {
  readonly page: Page;
  private readonly server: CodeServer;
  private readonly browser: Browser;

  private constructor(page: Page, browser: Browser, server: CodeServer) {
    this.page = page;
    this.browser = browser;
    this.server = server;
  }

  static async open(options: CodeServerOptions): Promise<Workbench> {
    const server = await startCodeServer(options);
    const browser = await chromium.launch({
      executablePath: chromiumPath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    const page = await browser.newPage({ viewport: { width: 1360, height: 900 } });
    page.setDefaultTimeout(90_000);
    const workbench = new Workbench(page, browser, server);
    try {
      await page.goto(server.url);
      await page.locator('.monaco-workbench').waitFor();
      // The mark of VS Code itself: until the extensions are known, commands lead nowhere.
      await page.waitForFunction("performance.getEntriesByName('code/didLoadExtensions').length > 0");
      await page.getByRole('treeitem').first().waitFor();
    } catch (error) {
      await workbench.screenshot('failed-to-open');
      await workbench.close();
      throw error;
    }
    return workbench;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
  }

  /** Opens a file through quick open; a file that was just made may take a moment to be listed. */
  async openFile(name: string): Promise<void> {
    const base = forPattern(path.basename(name));
    const option = this.page
      .locator('.quick-input-list')
      .getByRole('option', { name: new RegExp(`^${base}`, 'u') })
      .first();
    await this.insist(async () => {
      await this.quickInput('Control+P', name);
      await option.click({ timeout: 10_000 });
    });
    await this.page
      .getByRole('tab', { name: new RegExp(base, 'u') })
      .first()
      .waitFor();
  }

  /**
   * Does something again when it fails, at most three times. While the workbench still settles, something may take the
   * focus and close a list that was just opened; a person would simply open it again.
   */
  async insist(action: () => Promise<void>): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await action();
        return;
      } catch (error) {
        if (attempt === 3) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  /** Runs a command of the palette by its full title. */
  async runCommand(title: string): Promise<void> {
    await this.quickInput('F1', `>${title}`);
    await this.page
      .locator('.quick-input-list')
      .getByRole('option', { name: new RegExp(`^${forPattern(title)}`, 'u') })
      .first()
      .click();
  }

  /** Chooses an entry of the list that a command opened. */
  async choose(label: string | RegExp): Promise<void> {
    await this.page.locator('.quick-input-list').getByRole('option', { name: label }).first().click();
  }

  /** Runs a command that opens a list and chooses from it. */
  async runCommandAndChoose(title: string, label: string | RegExp): Promise<void> {
    const option = this.page.locator('.quick-input-list').getByRole('option', { name: label }).first();
    await this.insist(async () => {
      await this.runCommand(title);
      await option.click({ timeout: 10_000 });
    });
  }

  async quickInput(keys: string, text: string): Promise<void> {
    await this.page.keyboard.press(keys);
    const input = this.page.locator('.quick-input-widget input.input');
    await input.waitFor();
    await input.fill(text);
  }

  /** The document inside the certificate panel. */
  panel(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  squiggles(): Locator {
    return this.page.locator('.monaco-editor .squiggly-error');
  }

  /** The rows of the Problems view. */
  async problems(): Promise<Locator> {
    await this.runCommand('Problems: Focus on Problems View');
    return this.page.locator('.markers-panel .monaco-list-row');
  }

  /** Waits until the active terminal shows the text. */
  async terminalText(text: RegExp): Promise<void> {
    await this.page.locator('.terminal-wrapper.active .xterm-rows', { hasText: text }).waitFor();
  }

  async setTheme(theme: Theme): Promise<void> {
    await this.runCommand('Preferences: Color Theme');
    // The list takes a while; what is typed before it is there is lost.
    await this.page
      .locator('.quick-input-list')
      .getByRole('option', { name: /Modern|High Contrast/u })
      .first()
      .waitFor();
    await this.page.locator('.quick-input-widget input.input').fill(themes[theme].label);
    await this.choose(new RegExp(`^${themes[theme].label}`, 'u'));
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await this.page.locator(`.monaco-workbench.${themes[theme].className}`).waitFor();
  }

  /** For `beforeEach`: keeps a picture of the screen when the test fails. */
  pictureOnFailure({ onTestFailed, task }: Pick<TestContext, 'onTestFailed' | 'task'>): void {
    onTestFailed(() => this.screenshot(`failed ${task.name}`.replaceAll(/\W+/gu, '-')));
  }

  async screenshot(name: string): Promise<void> {
    await this.page.screenshot({ path: path.join(screenshots, `${name}.png`) });
  }
}

function forPattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`);
}
