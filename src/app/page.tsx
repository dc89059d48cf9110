import { Home } from './screens';

export default function HomePage() {
  return <Home />;
}
