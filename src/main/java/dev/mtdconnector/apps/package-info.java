/** Apps that an administrator denies or allows: app sync with Intune's inventory of iOS apps, and the allow list. */
@NullMarked
package dev.mtdconnector.apps;

import org.jspecify.annotations.NullMarked;
