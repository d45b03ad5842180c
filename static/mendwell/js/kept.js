// Pages that show a kept time.
import { countdown } from "./countdown.js";

countdown();
