/** Threat feeds of other vendors: webhooks whose bodies are read by a mapping that an administrator sets. */
@NullMarked
package dev.mtdconnector.webhook;

import org.jspecify.annotations.NullMarked;
