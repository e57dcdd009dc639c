/** A customer: its onboarding record, its keys, and the state of its consents. */
@NullMarked
package dev.mtdconnector.tenant;

import org.jspecify.annotations.NullMarked;
