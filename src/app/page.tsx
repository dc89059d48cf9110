import { Home } from '@/features/charts/home';

export default function HomePage() {
  return <Home />;
}
