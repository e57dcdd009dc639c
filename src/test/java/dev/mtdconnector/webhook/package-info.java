/** Tests of webhooks. */
@NullMarked
package dev.mtdconnector.webhook;

import org.jspecify.annotations.NullMarked;
