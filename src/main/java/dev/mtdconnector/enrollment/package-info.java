/** Which devices are in scope: groups of the directory, their users, their users' devices. */
@NullMarked
package dev.mtdconnector.enrollment;

import org.jspecify.annotations.NullMarked;
