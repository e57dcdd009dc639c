/** The simulator's web pages: what Entra, Intune and the mail catcher hold now. */
@NullMarked
package dev.mtdconnector.local.page;

import org.jspecify.annotations.NullMarked;
